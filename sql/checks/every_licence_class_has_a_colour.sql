select distinct models.license_class
from core.models
anti join core.licence_classes using (license_class)
